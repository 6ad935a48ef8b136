"""The ways to compute vectors: NumPy, OpenVINO, PyTorch, a server. `index.embedder` is the door to them."""
