using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

/// <summary>Each limit, at the limit and one beyond it.</summary>
public sealed class PlaceOrderLimitsTests
{
    public static TheoryData<string, PlaceOrder, string> Orders()
    {
        var order = Place(1, "k1", Line("plain"));
        PlaceOrder Paid(string? method = "upi", string? status = null, string? reference = null) =>
            order with { Payment = new Payment(method!, status, reference) };
        PlaceOrder Meta(params (string Key, string Value)[] pairs) =>
            order with { Metadata = pairs.ToDictionary(pair => pair.Key, pair => pair.Value) };
        return new TheoryData<string, PlaceOrder, string>
        {
            { "as it should be", order, "" },
            { "channel", order with { Channel = Text(64) }, "" },
            { "channel + 1", order with { Channel = Text(65) }, "/channel not_a_slug" },
            { "channel of capitals", order with { Channel = "App" }, "/channel not_a_slug" },
            { "reference", order with { ExternalReference = Text(100) }, "" },
            { "reference + 1", order with { ExternalReference = Text(101) }, "/externalReference too_long" },
            { "reference of blanks", order with { ExternalReference = " " }, "/externalReference blank" },
            { "customer", order with { CustomerId = Text(255) }, "" },
            { "customer + 1", order with { CustomerId = Text(256) }, "/customer/id too_long" },
            { "payment", Paid(Text(100), Text(100), Text(100)), "" },
            { "payment method + 1", Paid(Text(101)), "/payment/method too_long" },
            { "payment status + 1", Paid(status: Text(101)), "/payment/status too_long" },
            { "payment reference + 1", Paid(reference: Text(101)), "/payment/reference too_long" },
            { "50 members", Meta([.. Enumerable.Range(0, 50).Select(i => ($"k{i}", ""))]), "" },
            { "51 members", Meta([.. Enumerable.Range(0, 51).Select(i => ($"k{i}", ""))]),
                "/metadata count_out_of_range" },
            { "key", Meta((Text(40), "")), "" },
            { "key + 1", Meta((Text(41), "")), "/metadata key_length" },
            { "no key", Meta(("", "x")), "/metadata key_length" },
            { "value", Meta(("a", Text(500))), "" },
            { "value + 1", Meta(("a/b~c", Text(501))), "/metadata/a~1b~0c too_long" },
        };
    }

    public static TheoryData<string, PlaceOrder, string> Contacts()
    {
        var order = Place(1, "k1", Line("plain"));
        var contact = order.Contact;
        PlaceOrder With(Contact of) => order with { Contact = of };
        return new TheoryData<string, PlaceOrder, string>
        {
            { "name", With(contact with { Name = Text(100) }), "" },
            { "name + 1", With(contact with { Name = Text(101) }), "/customer/name too_long" },
            { "phone", With(contact with { Phone = "+" + new string('1', 15) }), "" },
            { "phone + 1", With(contact with { Phone = "+" + new string('1', 16) }), NoPhone },
            { "short phone", With(contact with { Phone = "+1234567" }), "" },
            { "short phone - 1", With(contact with { Phone = "+123456" }), NoPhone },
            { "phone without a country", With(contact with { Phone = "9800000000" }), NoPhone },
            { "phone with a trunk prefix", With(contact with { Phone = "+0919800000" }), NoPhone },
            { "phone with blanks", With(contact with { Phone = "+91 9800000000" }), NoPhone },
            { "e-mail", With(contact with { Email = Email(254) }), "" },
            { "e-mail + 1", With(contact with { Email = Email(255) }), "/customer/email too_long" },
            { "e-mail of any script", With(contact with { Email = "आशा+dosa@उदाहरण.भारत" }), "" },
            { "e-mail of two", With(contact with { Email = "a@example.com,b@example.com" }), NoEmail },
            { "e-mail to a host", With(contact with { Email = "a@localhost" }), NoEmail },
            { "e-mail without a local part", With(contact with { Email = "@example.com" }), NoEmail },
            { "e-mail with a line", With(contact with { Email = "a@example.com\r\nBcc: b@example.com" }), NoEmail },
            { "e-mail with a name", With(contact with { Email = "Asha <a@example.com>" }), NoEmail },
            { "currency", order with { ExpectedTotal = new Money(1, "INR") }, "" },
            { "currency of words", order with { ExpectedTotal = new Money(1, "rupee") },
                "/expectedTotal/currency not_a_currency" },
        };
    }

    public static TheoryData<string, PlaceOrder, string> Baskets()
    {
        PlaceOrder Lines(params BasketLine[] lines) => Place(1, "k1", lines);
        return new TheoryData<string, PlaceOrder, string>
        {
            { "no line", Lines(), "/lines count_out_of_range" },
            { "100 lines", Lines([.. Enumerable.Repeat(Line("plain"), 100)]), "" },
            { "101 lines", Lines([.. Enumerable.Repeat(Line("plain"), 100), Line("plain", 0)]),
                "/lines count_out_of_range" },
            { "quantity 0", Lines(Line("plain"), Line("plain", 0)), "/lines/1/quantity out_of_range" },
            { "quantity 999", Lines(Line("plain", 999)), "" },
            { "quantity 1000", Lines(Line("plain", 1000)), "/lines/0/quantity out_of_range" },
            { "20 modifiers", Lines(Line("plain", 1, Extra(20))), "" },
            { "21 modifiers", Lines(Line("plain", 1, Extra(21))), "/lines/0/modifiers count_out_of_range" },
            { "modifier 0 times", Lines(Line("plain", 1, ("ghee-extra", 0))),
                "/lines/0/modifiers/0/quantity out_of_range" },
            { "modifier 99 times", Lines(Line("plain", 1, ("ghee-extra", 99))), "" },
            { "modifier 100 times", Lines(Line("plain", 1, ("ghee-extra", 100))),
                "/lines/0/modifiers/0/quantity out_of_range" },
            { "note", Lines(Line("plain") with { Note = Text(200) }), "" },
            { "note + 1", Lines(Line("plain") with { Note = Text(201) }), "/lines/0/note too_long" },
        };
    }

    [Theory]
    [MemberData(nameof(Orders))]
    [MemberData(nameof(Contacts))]
    [MemberData(nameof(Baskets))]
    public void An_order_is_held_to_its_limits(string what, PlaceOrder order, string faults) =>
        Limits.Faults(order).ShouldBe(faults, what);

    [Fact]
    public void A_hostile_order_gets_50_faults_at_most()
    {
        var lines = Enumerable.Repeat(Line("plain", 0, Extra(21)), 100).ToArray();

        Place(1, "k1", lines).Check().Count.ShouldBe(50);
    }

    const string NoPhone = "/customer/phone not_a_phone_number";
    const string NoEmail = "/customer/email not_an_email_address";

    static string Text(int length) => new('x', length);

    static string Email(int length) => $"a@{string.Join('.', Enumerable.Repeat(Text(50), 5))}"[..(length - 4)] + ".com";

    static (string, int)[] Extra(int count) => [.. Enumerable.Repeat(("ghee-extra", 1), count)];
}
