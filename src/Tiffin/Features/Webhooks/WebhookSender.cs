using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Makes one call of an at-least-once delivery, bounded in time and memory against hostile receivers.
/// </summary>
sealed class WebhookSender : IDisposable
{
    const int KeptBytesMax = 1024;

    // A longer response counts as a failed attempt.
    const int ReadBytesMax = 64 * 1024;

    readonly WebhookOptions options;
    readonly TimeProvider clock;
    readonly HostResolver resolver;
    readonly HttpClient client;

    public WebhookSender(IOptions<WebhookOptions> options, ResolveName resolve, TimeProvider clock)
    {
        (this.options, this.clock) = (options.Value, clock);
        resolver = new HostResolver(resolve, options.Value);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            ActivityHeadersPropagator = null,
            ConnectCallback = Connect,
            ConnectTimeout = options.Value.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Why the URL is refused, or null.</summary>
    public async Task<string?> CheckUrl(Uri url, CancellationToken cancel)
    {
        if (AddressPolicy.CheckUrl(url, options) is { } fault) return fault;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            await resolver.ResolveAllowed(url.IdnHost, limit.Token);
            return null;
        }
        catch (AddressRefusedException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"the host name was not resolved within {options.ConnectTimeout.TotalSeconds:0.###} s";
        }
    }

    /// <summary>
    /// Posts a CloudEvent. <paramref name="id"/>: the event's, the same for every attempt, for deduplication.
    /// <paramref name="traceparent"/>: the span of the command that caused the event.
    /// </summary>
    public async Task<Attempt> Send(
        Uri url, IReadOnlyList<WebhookSecret> secrets, Guid id, byte[] body, string? traceparent,
        CancellationToken cancel)
    {
        using var span = EventTrace.Start("webhook", ActivityKind.Client, traceparent);
        var (at, started) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        // The receiver compares it with its own clock, which a sandbox does not move.
        var there = at - SandboxClock.OffsetOf(clock);
        Attempt Result(string? error, HttpResponseMessage? response = null, byte[]? kept = null) => new(
            at, Stopwatch.GetElapsedTime(started), (int?)response?.StatusCode, kept ?? [], error,
            RetryAfter(response, there));

        if (AddressPolicy.CheckUrl(url, options) is { } fault) return Result(fault);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        var response = default(HttpResponseMessage);
        var reader = new ResponseReader();
        try
        {
            var valid = secrets.Where(secret => secret.ExpiresAt > at).ToList();
            using var request = Request(url, valid, id.ToString(), body, there);
            if ((span?.Id ?? traceparent) is { } caused) request.Headers.Add("traceparent", caused);
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var isComplete = await reader.Read(response, limit.Token);
            var error = !isComplete ? $"the response is longer than {ReadBytesMax / 1024} KiB" : Error(response);
            return Result(error, response, reader.Kept);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var error = limit.IsCancellationRequested ? TimeoutError(response) : "timed out while connecting";
            return Result(error, response, reader.Kept);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return Result(ErrorOf(failure), response, reader.Kept);
        }
        finally
        {
            response?.Dispose();
        }
    }

    public void Dispose() => client.Dispose();

    static HttpRequestMessage Request(
        Uri url, IReadOnlyList<WebhookSecret> secrets, string id, byte[] body, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEventJson.ContentType, "utf-8");
        request.Headers.UserAgent.ParseAdd("Tiffin-Webhooks/1");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecret.Sign(secrets, id, now, body));
        return request;
    }

    // Connects to the addresses that were just checked, never to the name: prevents DNS rebinding.
    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await resolver.ResolveAllowed(context.DnsEndPoint.Host, cancel);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string? Error(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "redirects are not followed",
        var code => $"answered {code}",
    };

    string TimeoutError(HttpResponseMessage? response) => response is null
        ? $"no response within {options.Timeout.TotalSeconds:0.###} s"
        : $"the response was not complete within {options.Timeout.TotalSeconds:0.###} s";

    static string ErrorOf(Exception failure) => failure switch
    {
        { InnerException: AddressRefusedException refused } => refused.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS handshake failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "connection failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed early",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            "response headers too large",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the response is not valid HTTP",
        _ => "the request failed",
    };

    static TimeSpan? RetryAfter(HttpResponseMessage? response, DateTimeOffset now)
    {
        if (response?.Headers.RetryAfter is not { } after) return null;
        var wait = after.Delta ?? after.Date - now;
        if (wait is not { } time || time < TimeSpan.Zero) return null;
        return TimeSpan.FromTicks(Math.Clamp(
            time.Ticks, RetryPolicy.RetryAfterMin.Ticks, RetryPolicy.RetryAfterMax.Ticks));
    }

    // Keeps the first bytes of the response, even if the rest never arrives.
    sealed class ResponseReader
    {
        readonly byte[] kept = new byte[KeptBytesMax];
        int length;

        public byte[] Kept => kept[..length];

        // False if the response is longer than ReadBytesMax.
        public async Task<bool> Read(HttpResponseMessage response, CancellationToken cancel)
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[KeptBytesMax];
            for (var total = 0; total <= ReadBytesMax;)
            {
                var read = await body.ReadAsync(buffer, cancel);
                if (read == 0) return true;
                total += read;
                var room = Math.Min(read, KeptBytesMax - length);
                buffer.AsSpan(0, room).CopyTo(kept.AsSpan(length));
                length += room;
            }
            return false;
        }
    }
}
