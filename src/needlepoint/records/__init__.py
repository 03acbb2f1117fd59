"""Records: the models, and the services that are the only writers of the database."""
