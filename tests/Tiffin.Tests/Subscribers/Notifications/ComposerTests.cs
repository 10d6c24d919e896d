using Microsoft.Extensions.Options;
using Tiffin.Domain.Orders;
using Tiffin.Features.Notifications;
using Tiffin.Features.Notifications.Senders;

namespace Tiffin.Tests.Subscribers.Notifications;

public sealed class ComposerTests
{
    static readonly ClaimedMessage aboutOrder = new(
        Guid.NewGuid(), MessageChannel.Phone, 1, DateTimeOffset.UnixEpoch, Guid.NewGuid(), OrderStatus.Accepted,
        "+919800000000", "dosa", "Dosa {number} Corner", 42, null, null);

    [Theory]
    [InlineData("en")]
    [InlineData("hi")]
    public void Every_language_has_a_text_for_every_message_with_all_that_it_must_say(string language)
    {
        foreach (var status in new[]
            { OrderStatus.Accepted, OrderStatus.OutForDelivery, OrderStatus.Delivered, OrderStatus.Cancelled })
        {
            var message = Composer(language, "https://o.example/t").Compose(aboutOrder with { Status = status });
            message.Text.ShouldContain("42");
            message.Text.ShouldContain("https://o.example/t");
            message.Text.ShouldContain("Dosa {number} Corner", customMessage: "a name is not a template");
            message.Text.ShouldNotContain("[");
        }
        var alert = Composer(language, null).Compose(
            aboutOrder with { Status = null, OrderId = null, KitchenName = "K1", Stock = "✗ Rice: 0 g" });
        alert.Subject.ShouldContain("K1");
        alert.Text.ShouldContain("✗ Rice: 0 g");
    }

    [Fact]
    public void A_message_without_a_link_does_not_mention_one() =>
        Composer("en", null).Compose(aboutOrder).Text.ShouldBe("Dosa {number} Corner has accepted your order 42.");

    [Fact]
    public void A_missing_language_is_not_an_empty_message() =>
        Should.Throw<InvalidOperationException>(() => Composer("xx", null).Compose(aboutOrder)).Message
            .ShouldContain("'xx'");

    [Fact]
    public async Task The_console_shows_the_text_and_not_the_address()
    {
        var output = new StringWriter();
        await new ConsoleSender(MessageChannel.Phone, output).Send(
            Composer("en", null).Compose(aboutOrder), CancellationToken.None);
        output.ToString().ShouldContain("has accepted your order 42.");
        output.ToString().ShouldNotContain("+919800000000");
    }

    static Composer Composer(string language, string? link) =>
        new(new Templates(Options.Create(new NotificationOptions { Language = language })), _ => link);
}
