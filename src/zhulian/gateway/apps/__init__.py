"""Applications at the edge: instances with their definitions, records as people read them, actions as OpenAPI describes them."""
