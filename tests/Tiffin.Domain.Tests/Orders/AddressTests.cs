using System.Text.RegularExpressions;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

/// <summary>Each limit of an address, at the limit and one beyond it.</summary>
public sealed class AddressTests
{
    public static TheoryData<string, Address, string> Addresses() => new()
    {
        { "as it should be", Home, "" },
        { "line 1", Home with { Line1 = Text(200) }, "" },
        { "line 1 + 1", Home with { Line1 = Text(201) }, "line1 too_long" },
        { "blank line 1", Home with { Line1 = " " }, "line1 blank" },
        { "line 2", Home with { Line2 = Text(200) }, "" },
        { "line 2 + 1", Home with { Line2 = Text(201) }, "line2 too_long" },
        { "landmark", Home with { Landmark = Text(100) }, "" },
        { "landmark + 1", Home with { Landmark = Text(101) }, "landmark too_long" },
        { "locality", Home with { Locality = Text(100) }, "" },
        { "locality + 1", Home with { Locality = Text(101) }, "locality too_long" },
        { "no locality", Home with { Locality = "" }, "locality blank" },
        { "city", Home with { City = Text(100) }, "" },
        { "city + 1", Home with { City = Text(101) }, "city too_long" },
        { "no city", Home with { City = "" }, "city blank" },
        { "instructions", Home with { Instructions = Text(500) }, "" },
        { "instructions + 1", Home with { Instructions = Text(501) }, "instructions too_long" },
        { "all that is wrong", Home with { Line1 = "", City = "", Country = "" },
            "line1 blank, city blank, country not_a_country" },
    };

    public static TheoryData<string, Address, string> Places() => new()
    {
        { "north pole", Home with { Latitude = 90, Longitude = 180 }, "" },
        { "south pole", Home with { Latitude = -90, Longitude = -180 }, "" },
        { "beyond the north pole", Home with { Latitude = 90.000001, Longitude = 0 }, "latitude out_of_range" },
        { "beyond the south pole", Home with { Latitude = -90.000001, Longitude = 0 }, "latitude out_of_range" },
        { "once around, east", Home with { Latitude = 0, Longitude = 180.000001 }, "longitude out_of_range" },
        { "once around, west", Home with { Latitude = 0, Longitude = -180.000001 }, "longitude out_of_range" },
        { "not a number", Home with { Latitude = double.NaN, Longitude = 0 }, "latitude out_of_range" },
        { "latitude alone", Home with { Latitude = 12.97 }, "longitude required" },
        { "longitude alone", Home with { Longitude = 77.59 }, "latitude required" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    [MemberData(nameof(Places))]
    public void An_address_is_held_to_its_limits(string what, Address address, string faults) =>
        Faults(address).ShouldBe(faults, what);

    [Theory]
    [InlineData("IN", "560001", "")]
    [InlineData("IN", "56001", "postcode not_a_postcode")]
    [InlineData("IN", "5600011", "postcode not_a_postcode")]
    [InlineData("IN", "560 01", "postcode not_a_postcode")]
    [InlineData("IN", "56000A", "postcode not_a_postcode")]
    [InlineData("IN", "५६०००१", "postcode not_a_postcode")]
    [InlineData("GB", "SW1A 1AA", "")]
    [InlineData("US", "94103-1234", "")]
    [InlineData("IS", "101", "")]
    [InlineData("NL", "1012 ab", "")]
    [InlineData("AE", "00000", "")]
    [InlineData("GB", "", "postcode not_a_postcode")]
    [InlineData("GB", " ", "postcode not_a_postcode")]
    [InlineData("GB", "SW1A 1AA ", "postcode not_a_postcode")]
    [InlineData("GB", "-SW1A", "postcode not_a_postcode")]
    [InlineData("GB", "SW1A\n1AA", "postcode not_a_postcode")]
    [InlineData("GB", "SW1A/1AA", "postcode not_a_postcode")]
    [InlineData("GB", "123456789012", "")]
    [InlineData("GB", "1234567890123", "postcode too_long")]
    public void A_postcode_has_the_form_of_its_country(string country, string postcode, string faults) =>
        Faults(Home with { Country = country, Postcode = postcode }).ShouldBe(faults);

    [Theory]
    [InlineData("IN", true)]
    [InlineData("AD", true)]
    [InlineData("ZW", true)]
    [InlineData("BZ", true)]
    [InlineData("CA", true)]
    [InlineData("in", false)]
    [InlineData("IND", false)]
    [InlineData("UK", false)]
    [InlineData("ZZ", false)]
    [InlineData("", false)]
    public void A_country_is_a_code_of_iso_3166(string code, bool isKnown)
    {
        Faults(Home with { Country = code }).ShouldBe(isKnown ? "" : "country not_a_country");
        Countries.Count.ShouldBe(249);
    }

    [Fact]
    public void A_delivery_has_an_address_and_a_pickup_none()
    {
        var pickup = Place(1, "k1", Line("plain"));

        Limits.Faults(pickup).ShouldBe("");
        Limits.Faults(pickup.Delivered()).ShouldBe("");
        Limits.Faults(pickup with { Contact = pickup.Delivered().Contact })
            .ShouldBe("/fulfilment/address not_for_pickup");
        Limits.Faults(pickup.Delivered() with { Contact = pickup.Contact }).ShouldBe("/fulfilment/address required");
    }

    [Theory]
    [InlineData("+919800000000")]
    [InlineData("+1234567")]
    [InlineData("+123456")]
    [InlineData("+123456789012345")]
    [InlineData("+1234567890123456")]
    [InlineData("+0919800000")]
    [InlineData("919800000000")]
    [InlineData("+91 9800000000")]
    [InlineData("+९१9800000000")]
    public void The_documented_pattern_of_a_phone_number_accepts_what_is_accepted(string phone)
    {
        var order = Place(1, "k1", Line("plain"));
        var isAccepted = Limits.Faults(order with { Contact = order.Contact with { Phone = phone } }).Length == 0;

        Regex.IsMatch(phone, Domain.Faults.PhonePattern).ShouldBe(isAccepted);
    }

    [Theory]
    [InlineData("asha@example.com")]
    [InlineData("आशा+dosa@उदाहरण.भारत")]
    [InlineData("a.b@mail.example.co.in")]
    public void The_documented_pattern_of_an_e_mail_address_rejects_none_that_is_accepted(string email)
    {
        EmailAddress.IsValid(email).ShouldBeTrue();
        Regex.IsMatch(email, EmailAddress.Pattern).ShouldBeTrue();
        Regex.IsMatch("asha@localhost", EmailAddress.Pattern).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Role.Kitchen)]
    [InlineData(Role.Courier)]
    public void Kitchen_and_courier_see_the_address_while_the_order_is_open(Role role)
    {
        var contact = Place(1, "k1", Line("plain")).Delivered().Contact;
        Contact Seen(OrderStatus status) => contact.SeenBy(As(role), Order(status).IsOpen);

        Enum.GetValues<OrderStatus>().Where(status => Seen(status).Address == Home).ShouldBe(
        [
            OrderStatus.Placed, OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready,
            OrderStatus.OutForDelivery,
        ]);
        Seen(OrderStatus.Delivered).Address.ShouldBeNull();
        Seen(OrderStatus.Cancelled).Address.ShouldBeNull();
        contact.SeenBy(As(Role.Manager), isOpen: false).Address.ShouldBe(Home);
    }

    static Order Order(OrderStatus status) => new(
        Seed(1), 1, "dosa", "app", null, null, FulfilmentType.Delivery, new DateOnly(2026, 3, 2), 1, status, 1, [])
    {
        Lines = new([]),
    };

    static string Faults(Address address)
    {
        var order = Place(1, "k1", Line("plain")).Delivered();
        return Limits.Faults(order with { Contact = order.Contact with { Address = address } })
            .Replace("/fulfilment/address/", "");
    }

    static string Text(int length) => new('x', length);
}
