"""How lists are cut into pages: ``?page=2&page_size=50``. The REST framework calls it for every list."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Ten objects a page unless the client asks for another number, a hundred at most."""

    page_size = 10
    page_size_query_param = "page_size"
    max_page_size = 100
