namespace Tiffin.Features.Notifications.Senders;

/// <summary>For development: prints messages, without the address.</summary>
sealed class ConsoleSender(MessageChannel channel, TextWriter output) : ISender
{
    public MessageChannel Channel => channel;

    public async Task<SendResult> Send(Message message, CancellationToken cancel)
    {
        var kind = channel == MessageChannel.Email ? "E-mail" : "Text message";
        await output.WriteLineAsync($"{kind}: {message.Text}".AsMemory(), cancel);
        return SendResult.Sent;
    }
}
