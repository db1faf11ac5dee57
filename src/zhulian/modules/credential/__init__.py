"""What verifiable credentials rest on: schemas, keys of issuers, digests of status lists, standing of organisations, attestations."""
