using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>Sends text messages through an SMS provider's JSON API.</summary>
sealed partial class GatewaySender : ISender, IDisposable
{
    static readonly string[] placeholders = ["{id}", "{to}", "{text}"];

    readonly GatewayOptions options;
    readonly HttpClient http;

    public GatewaySender(IOptions<NotificationOptions> settings)
    {
        options = settings.Value.Gateway;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // No connection reuse: on a reused connection, .NET may send a request a second time.
            PooledConnectionLifetime = TimeSpan.Zero,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public MessageChannel Channel => MessageChannel.Phone;

    public void Dispose() => http.Dispose();

    public async Task<SendResult> Send(Message message, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new StringContent(Body(message), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return Result(response);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return new(SendOutcome.TransientFailure, "the gateway is unreachable");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(SendOutcome.Unknown, "no response from the gateway");
        }
    }

    static SendResult Result(HttpResponseMessage response)
    {
        var reason = $"the gateway answered {(int)response.StatusCode}";
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => SendResult.Sent,
            // The provider did not accept the message. A 503 proves that only with Retry-After: without it, the 503 may
            // come from a proxy after the provider accepted the message.
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests =>
                new(SendOutcome.TransientFailure, reason, response.Headers.RetryAfter?.Delta),
            HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is { } after =>
                new(SendOutcome.TransientFailure, reason, after.Delta),
            >= HttpStatusCode.InternalServerError => new(SendOutcome.Unknown, reason),
            _ => new(SendOutcome.PermanentFailure, reason),
        };
    }

    // Replaced after parsing, so that a message cannot inject JSON.
    string Body(Message message)
    {
        string[] values = [message.Id.ToString(), message.To, message.Text];
        return FillNode(JsonNode.Parse(options.Body)!).ToJsonString();

        JsonNode FillNode(JsonNode node) => node switch
        {
            JsonObject parts => new JsonObject(
                parts.Select(part => KeyValuePair.Create(part.Key, part.Value is { } value ? FillNode(value) : null))),
            JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : FillNode(item))]),
            JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Fill(text))!,
            _ => node.DeepClone(),
        };

        // In one pass, so that a placeholder within a message is not replaced.
        string Fill(string text) =>
            Placeholder().Replace(text, match => values[Array.IndexOf(placeholders, match.Value)]);
    }

    [GeneratedRegex(@"\{(?:id|to|text)\}")]
    private static partial Regex Placeholder();
}
