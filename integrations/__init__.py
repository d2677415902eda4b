"""One folder an outside system. Nothing here imports another folder; the daemon finds them by their manifests."""
