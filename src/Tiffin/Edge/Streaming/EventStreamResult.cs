using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>What a stream tells, and of what.</summary>
/// <param name="OrderId">The order that it follows; null for all that pass the filter.</param>
/// <param name="After">The position to go on from; null for what happens from now on.</param>
/// <param name="Past">What happened after a position, up to another.</param>
/// <param name="View">What a client is sent of an event.</param>
/// <param name="IsStillTheirs">Asked before each event, of an order that may become somebody else's.</param>
public sealed record StreamPlan(
    Guid? OrderId, EventFilter Filter, long? After,
    Func<long, long, CancellationToken, IAsyncEnumerable<StoredEvent>> Past,
    Func<Frame, ReadOnlyMemory<byte>> View, Func<CancellationToken, Task<bool>>? IsStillTheirs = null);

/// <summary>
/// An answer that goes on: first what happened, then what happens, without a gap between. It ends with the order, when
/// the node stops, or when the client is too slow; the client resumes from the last id that it saw.
/// </summary>
public sealed class EventStreamResult(StreamPlan plan) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var feed = services.GetRequiredService<LiveFeed>();
        var options = services.GetRequiredService<IOptions<TrackingOptions>>().Value;
        var (limits, credential) = (services.GetRequiredService<CallerLimits>(), httpContext.Credential());
        // Whoever follows by a public link is nobody: their address is bounded.
        var use = credential is null
            ? limits.OfVisitor(httpContext.Connection.RemoteIpAddress)
            : limits.Of(credential.Caller);
        if (!use.OpenStream())
        {
            await Problems.TooManyStreams(use.Limit.Streams).ExecuteAsync(httpContext);
            return;
        }
        if (feed.Join(plan.OrderId, plan.Filter, plan.After ?? 0, isVisitor: credential is null) is not { } client)
        {
            use.CloseStream();
            await Problems.Of(Unavailability.Overloaded).ExecuteAsync(httpContext);
            return;
        }
        var clock = services.GetRequiredService<TimeProvider>();
        using var end = httpContext.WhileCredentialHolds(clock, feed.Stopping);
        try
        {
            var joined = await client.Joined.WaitAsync(options.WriteTimeout, end.Token);
            using var writer = new StreamWriter(httpContext, options, end.Token);
            await writer.Begin();
            if (await CatchUp(writer, joined, end.Token))
                await Follow(writer, client, options.Heartbeat, clock, end.Token);
        }
        catch (Exception ended) when (httpContext.Response.HasStarted
            && ended is OperationCanceledException or NpgsqlException or TimeoutException or IOException)
        {
            // The client is gone, the node stops, or the database is away: the client resumes elsewhere.
        }
        catch (OperationCanceledException) when (feed.Stopping.IsCancellationRequested)
        {
            await Problems.Of(Unavailability.ShuttingDown).ExecuteAsync(httpContext);
        }
        finally
        {
            feed.Leave(client);
            use.CloseStream();
        }
    }

    /// <summary>False when that was all there will ever be.</summary>
    async Task<bool> CatchUp(StreamWriter writer, long joined, CancellationToken cancel)
    {
        if (plan.After is not { } after) return true;
        await foreach (var e in plan.Past(after, joined, cancel))
        {
            await writer.Write(plan.View(new Frame(e)));
            if (IsLast(e)) return false;
        }
        return true;
    }

    async Task Follow(
        StreamWriter writer, FeedClient client, TimeSpan heartbeat, TimeProvider clock, CancellationToken cancel)
    {
        var more = client.Frames.WaitToReadAsync(cancel).AsTask();
        // One timer for as long as it runs, not one for each flush: a busy stream would hold hundreds.
        var beat = Task.Delay(heartbeat, clock, cancel);
        while (true)
        {
            if (await Task.WhenAny(more, beat) == beat)
            {
                await beat;
                await writer.Write(": heartbeat\n\n"u8.ToArray());
                beat = Task.Delay(heartbeat, clock, cancel);
                continue;
            }
            if (!await more) return;
            while (client.Frames.TryRead(out var frame))
            {
                if (plan.IsStillTheirs is { } isTheirs && !await isTheirs(cancel)) return;
                writer.Add(plan.View(frame));
                if (!IsLast(frame.Event)) continue;
                await writer.Flush();
                return;
            }
            await writer.Flush();
            more = client.Frames.WaitToReadAsync(cancel).AsTask();
        }
    }

    bool IsLast(StoredEvent e) =>
        plan.OrderId is not null && e.Type is EventType.OrderDelivered or EventType.OrderCancelled;

    /// <summary>
    /// Writes with a time limit of its own: a client that stalls is held by the server for minutes otherwise.
    /// </summary>
    sealed class StreamWriter(HttpContext context, TrackingOptions options, CancellationToken end) : IDisposable
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(end);

        public Task Begin()
        {
            var response = context.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            var retry = Random.Shared.Next(2_000, 5_000);
            return Write(System.Text.Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"retry: {retry}\n\n")));
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
