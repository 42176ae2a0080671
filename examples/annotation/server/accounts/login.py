"""Tokens: ``/api/auth/login`` gives one for a password, ``/api/auth/logout`` takes it back."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.serializers import LoginSerializer


class Login(APIView):
    """Throttled by address, since passwords are guessed here; the count is kept in Redis."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    @extend_schema(request=LoginSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request):
        credentials = LoginSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request, **credentials.validated_data)
        if user is None:
            raise ValidationError({"detail": "Wrong user name or password."})
        return Response({"key": Token.objects.get_or_create(user=user)[0].key})


class Logout(APIView):
    """The token is gone for every client that has it."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request):
        Token.objects.filter(user=request.user).delete()
        return Response(status=204)
