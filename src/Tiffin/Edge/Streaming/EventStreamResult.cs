using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>Contents of an event stream.</summary>
/// <param name="OrderId">Only events of this order; null for all that match the filter.</param>
/// <param name="After">The position to continue after; null to start with the next event.</param>
/// <param name="ReadPast">Reads past events after one position, up to another.</param>
/// <param name="Encode">Encodes an event for the client.</param>
/// <param name="IsStillVisible">Checked before each live event: whether the caller may still see the order.</param>
sealed record StreamPlan(
    Guid? OrderId, EventFilter Filter, long? After,
    Func<long, long, CancellationToken, IAsyncEnumerable<StoredEvent>> ReadPast,
    Func<Frame, ReadOnlyMemory<byte>> Encode, Func<CancellationToken, Task<bool>>? IsStillVisible = null)
{
    /// <summary>For an order's stream, whose ids are versions: the last one that the client received.</summary>
    public int LastVersion { get; init; }

    /// <summary>For an order that has ended: the position of its last event, which may be past its retention.</summary>
    public long? End { get; init; }
}

/// <summary>
/// A server-sent events response: first past events, then live ones, without a gap. It ends with the order's last
/// event, when the node stops, or when the client is too slow; the client resumes from the last id that it received.
/// </summary>
sealed class EventStreamResult(StreamPlan plan) : IResult
{
    // The id to resume from: the last one sent, or a later position up to which no other event matches.
    long cursor;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.IsHead())
        {
            // Otherwise the client's next request on the connection would wait for the end of the stream.
            StreamWriter.SetHeaders(httpContext.Response);
            return;
        }
        var services = httpContext.RequestServices;
        var feed = services.GetRequiredService<LiveFeed>();
        var options = services.GetRequiredService<IOptions<TrackingOptions>>().Value;
        var (limits, credential) = (services.GetRequiredService<CallerLimits>(), httpContext.Credential());
        // Anonymous clients, with a tracking link, are limited by address.
        var use = credential is null
            ? limits.OfAddress(httpContext.Connection.RemoteIpAddress)
            : limits.Of(credential.Caller);
        if (!use.OpenStream())
        {
            await Problems.TooManyStreams(use.Limit.Streams).ExecuteAsync(httpContext);
            return;
        }
        if (feed.Join(plan.OrderId, plan.Filter, plan.After ?? 0, isAnonymous: credential is null) is not { } client)
        {
            use.CloseStream();
            await Problems.Of(Unavailability.Overloaded).ExecuteAsync(httpContext);
            return;
        }
        var clock = services.GetRequiredService<TimeProvider>();
        var database = services.GetRequiredService<Database>();
        using var end = httpContext.CreateCredentialTokenSource(database.Clock, feed.Stopping);
        try
        {
            var joined = await client.Joined.WaitAsync(options.WriteTimeout, end.Token);
            using var writer = new StreamWriter(httpContext, options, clock, end.Token);
            cursor = plan.OrderId is null ? plan.After ?? joined : plan.LastVersion;
            await writer.Begin();
            // At once: a page counts down by the server's clock.
            writer.AddHeartbeat(cursor);
            await writer.Flush();
            if (await CatchUp(writer, joined, end.Token))
                await Follow(writer, client, feed, options.HeartbeatInterval, clock, end.Token);
        }
        catch (Exception ended) when (httpContext.Response.HasStarted
            && ended is OperationCanceledException or NpgsqlException or TimeoutException or IOException
                or NewerEventException)
        {
            // The client disconnected, the node stops, the database is unavailable, or only a newer node can show the
            // next event: the client resumes elsewhere.
        }
        catch (OperationCanceledException) when (feed.Stopping.IsCancellationRequested)
        {
            await Problems.Of(Unavailability.ShuttingDown).ExecuteAsync(httpContext);
        }
        catch (OperationCanceledException) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            throw new CredentialEndedException();
        }
        finally
        {
            feed.Leave(client);
            use.CloseStream();
        }
    }

    // False if the last event of the order was among the past ones.
    async Task<bool> CatchUp(StreamWriter writer, long joined, CancellationToken cancel)
    {
        if (plan.After is not { } after) return true;
        await foreach (var e in plan.ReadPast(after, joined, cancel))
        {
            if (EventTypes.Find(e.Type) is null) throw new NewerEventException(e.Position);
            await writer.Write(plan.Encode(new Frame(e)));
            AdvanceCursor(e);
            if (IsLast(e)) return false;
        }
        return !(plan.End <= joined);
    }

    async Task Follow(
        StreamWriter writer, FeedClient client, LiveFeed feed, TimeSpan heartbeat, TimeProvider clock,
        CancellationToken cancel)
    {
        var more = client.Frames.WaitToReadAsync(cancel).AsTask();
        // One timer at a time, not one per flush: a busy stream would hold hundreds.
        var beat = Task.Delay(heartbeat, clock, cancel);
        var reads = feed.Reads;
        while (true)
        {
            await Task.WhenAny(more, beat);
            if (more.IsCompleted && !await more) return;
            // Read before the queue is emptied, so that every matching event up to this position is sent.
            var reached = client.Watermark;
            if (!await Send(writer, client, cancel))
            {
                await writer.Flush();
                return;
            }
            if (beat.IsCompleted)
            {
                await beat;
                if (plan.OrderId is null) cursor = Math.Max(cursor, reached);
                // A heartbeat of a feed promises that no event is missing: only a read of the log since the last one
                // proves it. A comment keeps proxies from closing the connection.
                var latest = feed.Reads;
                if (plan.OrderId is not null || latest > reads) writer.AddHeartbeat(cursor);
                else writer.Add(Frame.Comment);
                reads = latest;
                beat = Task.Delay(heartbeat, clock, cancel);
            }
            await writer.Flush();
            if (more.IsCompleted) more = client.Frames.WaitToReadAsync(cancel).AsTask();
        }
    }

    // False at the end of the stream: after the order's last event, or when the caller may no longer see the order.
    async Task<bool> Send(StreamWriter writer, FeedClient client, CancellationToken cancel)
    {
        while (client.Frames.TryRead(out var frame))
        {
            if (plan.IsStillVisible is { } isVisible && !await isVisible(cancel)) return false;
            writer.Add(plan.Encode(frame));
            AdvanceCursor(frame.Event);
            if (IsLast(frame.Event)) return false;
        }
        return true;
    }

    void AdvanceCursor(StoredEvent e) => cursor = plan.OrderId is null ? e.Position : e.Sequence!.Value;

    bool IsLast(StoredEvent e) =>
        plan.OrderId is not null && e.Type is EventType.OrderDelivered or EventType.OrderCancelled;

    // Writes with a timeout: otherwise the server would keep a stalled client for minutes.
    sealed class StreamWriter(
        HttpContext context, TrackingOptions options, TimeProvider clock, CancellationToken end) : IDisposable
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(end);

        public static void SetHeaders(HttpResponse response)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        public async Task Begin()
        {
            SetHeaders(context.Response);
            // Before anything is written, which a refusal could not retract.
            await context.Response.StartAsync(end);
            var retry = Random.Shared.Next(2_000, 5_000);
            Add(System.Text.Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"retry: {retry}\n\n")));
        }

        public void AddHeartbeat(long cursor)
        {
            var now = clock.GetUtcNow();
            Add(Frame.Heartbeat(now, cursor));
            // A screen may follow its stream for days without another request.
            context.Credential()?.Key?.MarkUsed(now);
        }

        public Task Write(ReadOnlyMemory<byte> bytes)
        {
            Add(bytes);
            return Flush();
        }

        public void Add(ReadOnlyMemory<byte> bytes)
        {
            var output = context.Response.BodyWriter;
            bytes.CopyTo(output.GetMemory(bytes.Length));
            output.Advance(bytes.Length);
        }

        public async Task Flush()
        {
            limit.CancelAfter(options.WriteTimeout);
            try
            {
                await context.Response.BodyWriter.FlushAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                context.Abort();
                throw;
            }
            if (limit.TryReset()) return;
            limit.Dispose();
            limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        }

        public void Dispose() => limit.Dispose();
    }
}
