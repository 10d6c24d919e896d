using System.Net;
using Tiffin.Features.Webhooks;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_refused(string address) =>
        AddressPolicy.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.1")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void A_public_address_is_allowed(string address) =>
        AddressPolicy.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("http://example.com/", "must start with https://")]
    [InlineData("ftp://example.com/", "must start with https://")]
    [InlineData("file:///etc/passwd", "must start with https://")]
    [InlineData("https://user:pass@example.com/", "must not contain a user name or password")]
    [InlineData("https://example.com/#x", "must not contain a fragment (#)")]
    [InlineData("https://example.com:22/", "must use one of the ports 443, 8443")]
    [InlineData("https://8.8.8.8/", "must use a host name, not an IP address")]
    [InlineData("https://127.0.0.1/", AddressPolicy.NotPublic)]
    [InlineData("https://2130706433/", AddressPolicy.NotPublic)]
    [InlineData("https://0x7f.1/", AddressPolicy.NotPublic)]
    [InlineData("https://0177.0.0.1/", AddressPolicy.NotPublic)]
    [InlineData("https://127.1/", AddressPolicy.NotPublic)]
    [InlineData("https://0/", AddressPolicy.NotPublic)]
    [InlineData("https://127。0。0。1/", AddressPolicy.NotPublic)]
    [InlineData("https://[::1]/", AddressPolicy.NotPublic)]
    [InlineData("https://[::ffff:127.0.0.1]/", AddressPolicy.NotPublic)]
    [InlineData("https://[64:ff9b::7f00:1]/", AddressPolicy.NotPublic)]
    [InlineData("https://example.com/hooks?tenant=1", null)]
    [InlineData("https://example.com:8443/", null)]
    public void A_url_is_refused_for_what_it_is_before_its_name_is_looked_up(string url, string? fault) =>
        AddressPolicy.CheckUrl(new Uri(url), new WebhookOptions()).ShouldBe(fault);

    [Theory]
    [InlineData("http://127.0.0.1:5000/", null)]
    [InlineData("http://[::1]:5000/", null)]
    [InlineData("http://10.0.0.1/", AddressPolicy.NotPublic)]
    [InlineData("http://169.254.169.254/latest/meta-data", AddressPolicy.NotPublic)]
    public void Development_may_call_itself_and_nothing_else_that_is_private(string url, string? fault) =>
        AddressPolicy.CheckUrl(new Uri(url), new WebhookOptions { AllowHttp = true, AllowLoopback = true })
            .ShouldBe(fault);
}
