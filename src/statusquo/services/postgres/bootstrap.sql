ALTER ROLE {admin} PASSWORD {admin_password};

CREATE ROLE {owner} LOGIN PASSWORD {owner_password};

CREATE DATABASE {database} OWNER {owner};

