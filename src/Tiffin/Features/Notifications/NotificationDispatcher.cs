using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Sends due messages with bounded concurrency, on every node. A message is claimed before it is sent and its outcome
/// recorded afterwards (at-most-once): if the node dies in between, it may have been sent and is not sent again.
/// </summary>
sealed class NotificationDispatcher(
    Database database, Composer composer, IEnumerable<ISender> allSenders, IOptions<NotificationOptions> settings,
    NotificationMetrics metrics, TimeProvider clock, ILogger<NotificationDispatcher> log) : BackgroundService
{
    const int ReasonMax = 300;

    // Metric label of messages that are given up in bulk, without reading their channel.
    const string AnyChannel = "any";

    readonly NotificationOptions options = settings.Value;
    readonly Backoff retry = new(settings.Value.RetryBackoff, settings.Value.RetryBackoff * 64);
    readonly Dictionary<MessageChannel, ISender> senders = allSenders.ToDictionary(sender => sender.Channel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var inFlight = new HashSet<Task>();
        await Loop.Retry(options.PollInterval, options.PollInterval, clock, async cancel =>
        {
            inFlight.RemoveWhere(task => task.IsCompleted);
            var room = options.Concurrency - inFlight.Count;
            // Not cancellable: a message that is claimed but not sent would never be sent.
            var claimed = room > 0 ? await Claim(room) : [];
            foreach (var message in claimed) inFlight.Add(Dispatch(message));
            if (claimed.Count == room) await Task.WhenAny(inFlight).WaitAsync(cancel);
            else await Task.Delay(options.PollInterval, clock, cancel);
        }, failure => NotificationMessages.DatabaseUnavailable(log, failure.Message), stoppingToken,
            Loop.IsDatabaseFailure);
        await Task.WhenAll(inFlight);
    }

    async Task<List<ClaimedMessage>> Claim(int max)
    {
        // The claim must survive a failover before the message is sent, or it could be sent twice.
        await using var change = await database.Begin(CancellationToken.None, commitTimeout: Timeout.InfiniteTimeSpan);
        var claims = await NotificationTable.Claim(change.Connection, options, max, CancellationToken.None);
        await change.Commit(CancellationToken.None, confirmsUnchanged: false);
        metrics.CountAttempts(MessageState.Late, AnyChannel, claims.Late);
        metrics.CountAttempts(options.RetryUnknownOutcome ? MessageState.Waiting : MessageState.Unknown, AnyChannel,
            claims.Abandoned);
        return claims.Messages;
    }

    async Task Dispatch(ClaimedMessage claimed)
    {
        var result = await Send(claimed);
        var backoff = retry.After(claimed.Attempts);
        var (state, wait) = result.Outcome switch
        {
            SendOutcome.Sent => (MessageState.Sent, TimeSpan.Zero),
            SendOutcome.TransientFailure => (MessageState.Waiting, result.RetryAfter ?? backoff),
            SendOutcome.Unknown when options.RetryUnknownOutcome => (MessageState.Waiting, backoff),
            SendOutcome.Unknown => (MessageState.Unknown, TimeSpan.Zero),
            _ => (MessageState.Refused, TimeSpan.Zero),
        };
        var channel = claimed.Channel.ToString().ToLowerInvariant();
        metrics.CountAttempts(state, channel);
        if (state == MessageState.Sent) metrics.RecordDelay(database.Clock.Now - claimed.At, channel);
        if (state is MessageState.Refused or MessageState.Unknown) NotificationMessages.NotSent(log, claimed.Id, state);
        try
        {
            await using var session = await database.OpenBackground(CancellationToken.None);
            await NotificationTable.RecordOutcome(
                session, claimed, state, Redact(result.Reason, claimed.Address), wait, CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            // The claim expires and the outcome becomes unknown, so that the message is not sent twice.
            NotificationMessages.DatabaseUnavailable(log, failure.Message);
        }
    }

    async Task<SendResult> Send(ClaimedMessage claimed)
    {
        if (claimed.Address is null) return new(SendOutcome.PermanentFailure, "the recipient's address was erased");
        if (!senders.TryGetValue(claimed.Channel, out var sender))
            return new(SendOutcome.TransientFailure, "this node has no sender for the channel");
        using var span = EventTrace.Start("message", System.Diagnostics.ActivityKind.Client, claimed.Traceparent);
        using var limit = new CancellationTokenSource(options.Timeout, clock);
        try
        {
            return await sender.Send(composer.Compose(claimed), limit.Token);
        }
        catch (Exception failure)
        {
            var reason = failure is OperationCanceledException
                ? $"timed out after {options.Timeout.TotalSeconds:0.###} s"
                : failure.Message;
            return new(SendOutcome.TransientFailure, reason);
        }
    }

    // Server responses often contain the recipient's address, which is stored only in contacts (PII). PostgreSQL stores
    // neither NUL, which they may contain, nor half of a surrogate pair.
    internal static string? Redact(string? reason, string? address)
    {
        if (reason is null) return null;
        if (address is not null) reason = reason.Replace(address, "…", StringComparison.OrdinalIgnoreCase);
        reason = reason.Replace("\0", "", StringComparison.Ordinal);
        if (reason.Length <= ReasonMax) return reason;
        return reason[..(char.IsHighSurrogate(reason[ReasonMax - 1]) ? ReasonMax - 1 : ReasonMax)];
    }
}
