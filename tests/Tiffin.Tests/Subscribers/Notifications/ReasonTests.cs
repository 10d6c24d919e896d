using Tiffin.Features.Notifications;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>The response of a mail server or gateway, as it is stored with the message.</summary>
public sealed class ReasonTests
{
    [Theory]
    [InlineData("550 <Asha@example.com> unknown", "550 <…> unknown")]
    [InlineData("550 no\0 mailbox", "550 no mailbox")]
    public void A_reason_has_neither_the_address_nor_text_that_PostgreSQL_cannot_store(string reason, string stored) =>
        NotificationDispatcher.Redact(reason, "asha@example.com").ShouldBe(stored);

    [Theory]
    [InlineData(298, 300)]
    [InlineData(299, 299)]
    [InlineData(300, 300)]
    public void It_is_cut_between_characters(int before, int stored) =>
        NotificationDispatcher.Redact(new string('a', before) + "😀", null)!.Length.ShouldBe(stored);
}
