"""Which addresses the server may talk to: every way of writing an inner address is recognised."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.addresses import AddressKind, address_kind, is_allowed


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "100.64.0.1", "100.127.255.255", "::1", "fd00::1", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::1",
        "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_addresses_of_the_own_network_need_the_setting(address: str) -> None:
    assert address_kind(address) is AddressKind.LOCAL
    assert not is_allowed(address)
    assert is_allowed(address, allow_local=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "169.254.169.254", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
        "::", "fe80::1", "fe80::1%eth0", "ff02::1", "fec0::1", "2001:db8::1", "::127.0.0.1", "2001::1",
        "64:ff9b:1::1", "::ffff:169.254.169.254", "2002:a9fe:a9fe::1", "64:ff9b::a9fe:a9fe", "::ffff:0.0.0.0",
        "2a00:1450:4001:800:0:5efe:a9fe:a9fe", "::ffff:0:7f00:1", "::ffff:0:808:808", "3fff::1", "3ffe::1", "4000::1",
        "ff0e::1", "2001:20::1", "100::1", "no address", "", "1.2.3", "0x7f.1",
    ],
)  # fmt: skip
def test_some_addresses_are_never_talked_to(address: str) -> None:
    assert not is_allowed(address)
    assert not is_allowed(address, allow_local=True)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.99.144.80", "2a00:1450:4001:830::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_fine(address: str) -> None:
    assert is_allowed(address)


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(number: int) -> None:
    kind = address_kind(IPv4Address(number))
    assert address_kind(IPv6Address((0xFFFF << 32) + number)) is kind
    assert address_kind(IPv6Address((0x2002 << 112) + (number << 80))) is kind
    assert address_kind(IPv6Address((0x64FF9B << 96) + number)) is kind
