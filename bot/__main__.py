"""`python -m bot` is `plan-e`."""

from bot.cli import main

if __name__ == "__main__":
    main()
