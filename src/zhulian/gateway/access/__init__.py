"""Who asks: signed requests and bearer tokens. Enabled by local configuration (`authentication = "required"`)."""
