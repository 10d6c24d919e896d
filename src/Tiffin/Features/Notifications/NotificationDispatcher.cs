using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Sends what is due, a bounded number at once, on every node. Each message is claimed before it is sent and gets its
/// outcome afterwards; one whose node dies in between is left alone, for it may have been sent.
/// </summary>
sealed class NotificationDispatcher(
    Database database, Composer composer, IEnumerable<ISender> senders, IOptions<NotificationOptions> settings,
    NotificationMetrics metrics, TimeProvider clock, ILogger<NotificationDispatcher> log) : BackgroundService
{
    /// <summary>Of those that are given up without a look at each.</summary>
    const string AnyChannel = "any";

    readonly NotificationOptions options = settings.Value;
    readonly Dictionary<MessageChannel, ISender> ways = senders.ToDictionary(sender => sender.Channel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new HashSet<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                underWay.RemoveWhere(task => task.IsCompleted);
                var room = options.Concurrency - underWay.Count;
                // Not cancellable: what is claimed and not sent would never be.
                var claimed = room > 0 ? await Claim(room) : [];
                foreach (var message in claimed) underWay.Add(Dispatch(message));
                if (claimed.Count == room) await Task.WhenAny(underWay).WaitAsync(stoppingToken);
                else await Task.Delay(options.Poll, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException)
            {
                NotificationLog.DatabaseAway(log, away.Message);
                await Task.Delay(options.Poll, clock, CancellationToken.None);
            }
        }
        await Task.WhenAll(underWay);
    }

    async Task<List<ClaimedMessage>> Claim(int max)
    {
        // Sent without a claim that a failover keeps, a message could be sent twice.
        await using var change = await database.Begin(CancellationToken.None, patience: Timeout.InfiniteTimeSpan);
        var claims = await NotificationTable.Claim(change.Connection, options, max, CancellationToken.None);
        await change.Commit(CancellationToken.None, confirmsUnchanged: false);
        metrics.Tried(MessageState.Late, AnyChannel, claims.Late);
        metrics.Tried(options.SendAgainWhenUnknown ? MessageState.Waiting : MessageState.Unknown, AnyChannel,
            claims.Abandoned);
        return claims.Messages;
    }

    async Task Dispatch(ClaimedMessage claimed)
    {
        var result = await Send(claimed);
        var (state, wait) = result.Outcome switch
        {
            SendOutcome.Sent => (MessageState.Sent, TimeSpan.Zero),
            SendOutcome.RefusedForNow => (MessageState.Waiting, result.RetryAfter ?? Backoff(claimed.Attempts)),
            SendOutcome.Unknown when options.SendAgainWhenUnknown => (MessageState.Waiting, Backoff(claimed.Attempts)),
            SendOutcome.Unknown => (MessageState.Unknown, TimeSpan.Zero),
            _ => (MessageState.Refused, TimeSpan.Zero),
        };
        var channel = claimed.Channel.ToString().ToLowerInvariant();
        metrics.Tried(state, channel);
        if (state == MessageState.Sent) metrics.Sent(database.Clock.Now - claimed.At, channel);
        if (state is MessageState.Refused or MessageState.Unknown) NotificationLog.NotSent(log, claimed.Id, state);
        try
        {
            await using var session = await database.OpenBackground(CancellationToken.None);
            await NotificationTable.End(
                session, claimed, state, Discreet(result.Reason, claimed.Address), wait, CancellationToken.None);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            // Its claim runs out, and its outcome is unknown then: sent twice it is never.
            NotificationLog.DatabaseAway(log, away.Message);
        }
    }

    async Task<SendResult> Send(ClaimedMessage claimed)
    {
        if (claimed.Address is null) return new(SendOutcome.Refused, "there is no address any more");
        if (!ways.TryGetValue(claimed.Channel, out var way))
            return new(SendOutcome.RefusedForNow, "this node has no way there");
        using var span = EventTrace.Start("message", System.Diagnostics.ActivityKind.Client, claimed.Traceparent);
        using var limit = new CancellationTokenSource(options.Timeout, clock);
        try
        {
            return await way.Send(composer.Compose(claimed), limit.Token);
        }
        catch (Exception notSent)
        {
            var reason = notSent is OperationCanceledException ? "it took too long" : notSent.Message;
            return new(SendOutcome.RefusedForNow, reason);
        }
    }

    TimeSpan Backoff(int attempts) => options.RetryAfter * Math.Pow(2, Math.Min(attempts - 1, 6));

    /// <summary>What servers answer often names the addressee, whose address has one home.</summary>
    static string? Discreet(string? reason, string? address)
    {
        if (reason is null) return null;
        if (address is not null) reason = reason.Replace(address, "…", StringComparison.OrdinalIgnoreCase);
        return reason.Length > 300 ? reason[..300] : reason;
    }
}
