"""What every app of the server uses: the policy client, the base view set, pages, health. It knows no app."""
