"""``python -m kedja`` is the command ``kedja``."""

from kedja._cli import main

if __name__ == "__main__":
    main()
