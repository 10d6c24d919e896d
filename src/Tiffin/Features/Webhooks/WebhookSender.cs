using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

/// <summary>Calls an endpoint, once; whatever the endpoint does, it ends in time and in bounded memory.</summary>
sealed class WebhookSender : IDisposable
{
    /// <summary>As much of an answer as is kept.</summary>
    const int KeptMax = 1024;

    /// <summary>As much of an answer as is read: one that goes on has not understood what it was asked.</summary>
    const int AnswerMax = 64 * 1024;

    readonly WebhookOptions options;
    readonly TimeProvider clock;
    readonly NameLookup names;
    readonly HttpClient client;

    public WebhookSender(IOptions<WebhookOptions> options, ResolveName resolve, TimeProvider clock)
    {
        (this.options, this.clock) = (options.Value, clock);
        names = new NameLookup(resolve, options.Value);
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

    /// <summary>What is wrong with an address, or null: at creation as at every call.</summary>
    public async Task<string?> Fault(Uri url, CancellationToken cancel)
    {
        if (AddressPolicy.Fault(url, options) is { } fault) return fault;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            await names.Find(url.IdnHost, limit.Token);
            return null;
        }
        catch (AddressRefusedException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return "the name cannot be found in time";
        }
    }

    /// <summary>
    /// Posts a CloudEvent; <paramref name="id"/> is the event's, the same whenever it is sent, and
    /// <paramref name="traceparent"/> the span that caused it.
    /// </summary>
    public async Task<Attempt> Send(
        Uri url, IReadOnlyList<WebhookSecret> secrets, Guid id, byte[] body, string? traceparent,
        CancellationToken cancel)
    {
        using var span = EventTrace.Start("webhook", ActivityKind.Client, traceparent);
        var (at, started) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        Attempt Ended(string? error, HttpResponseMessage? response = null, byte[]? kept = null) => new(
            at, Stopwatch.GetElapsedTime(started), (int?)response?.StatusCode, kept ?? [], error,
            RetryAfter(response, at));

        if (AddressPolicy.Fault(url, options) is { } fault) return Ended(fault);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        var response = default(HttpResponseMessage);
        var answer = new Answer();
        try
        {
            using var request = Request(url, secrets, id.ToString(), body, at);
            if ((span?.Id ?? traceparent) is { } caused) request.Headers.Add("traceparent", caused);
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var whole = await answer.Read(response, limit.Token);
            var error = !whole ? $"the answer is longer than {AnswerMax / 1024} KiB" : Error(response);
            return Ended(error, response, answer.Kept);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var error = limit.IsCancellationRequested ? Late(response) : "no connection in time";
            return Ended(error, response, answer.Kept);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return Ended(Reason(failure), response, answer.Kept);
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

    /// <summary>Connects to an address that was looked up and checked right now, never to the name.</summary>
    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await names.Find(context.DnsEndPoint.Host, cancel);
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

    string Late(HttpResponseMessage? response) => response is null
        ? $"no answer within {options.Timeout.TotalSeconds:0.###} s"
        : $"the answer did not end within {options.Timeout.TotalSeconds:0.###} s";

    static string Reason(Exception failure) => failure switch
    {
        { InnerException: AddressRefusedException refused } => refused.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection broke off",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "too many headers",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not HTTP",
        _ => "the call failed",
    };

    /// <summary>Seconds or a time, bounded, whatever the endpoint says.</summary>
    static TimeSpan? RetryAfter(HttpResponseMessage? response, DateTimeOffset now)
    {
        if (response?.Headers.RetryAfter is not { } after) return null;
        var wait = after.Delta ?? after.Date - now;
        if (wait is not { } time || time < TimeSpan.Zero) return null;
        return TimeSpan.FromTicks(Math.Clamp(
            time.Ticks, RetryPolicy.RetryAfterMin.Ticks, RetryPolicy.RetryAfterMax.Ticks));
    }

    /// <summary>The beginning of an answer, kept even when the rest does not come.</summary>
    sealed class Answer
    {
        readonly byte[] kept = new byte[KeptMax];
        int length;

        public byte[] Kept => kept[..length];

        /// <summary>False for an answer that is too long.</summary>
        public async Task<bool> Read(HttpResponseMessage response, CancellationToken cancel)
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[KeptMax];
            for (var total = 0; total <= AnswerMax;)
            {
                var read = await body.ReadAsync(buffer, cancel);
                if (read == 0) return true;
                total += read;
                var room = Math.Min(read, KeptMax - length);
                buffer.AsSpan(0, room).CopyTo(kept.AsSpan(length));
                length += room;
            }
            return false;
        }
    }
}
