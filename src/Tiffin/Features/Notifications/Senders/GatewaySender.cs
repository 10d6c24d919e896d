using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>Text messages through a provider that takes them as JSON over HTTP.</summary>
sealed partial class GatewaySender : ISender, IDisposable
{
    static readonly string[] holes = ["{id}", "{to}", "{text}"];

    readonly GatewayOptions options;
    readonly HttpClient http;

    public GatewaySender(IOptions<NotificationOptions> settings)
    {
        options = settings.Value.Gateway;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // A connection of its own each: on one that is used again, .NET may send a request a second time.
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
        catch (HttpRequestException notSent) when (notSent.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return new(SendOutcome.RefusedForNow, "the gateway cannot be reached");
        }
        catch (Exception noAnswer) when (noAnswer is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(SendOutcome.Unknown, "the gateway did not answer");
        }
    }

    static SendResult Result(HttpResponseMessage response)
    {
        var said = $"the gateway answered {(int)response.StatusCode}";
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => SendResult.Sent,
            // These say that nothing was done, a 503 only with the time to come again: without it, a proxy may have
            // written it after the provider had taken the message.
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests =>
                new(SendOutcome.RefusedForNow, said, response.Headers.RetryAfter?.Delta),
            HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is { } after =>
                new(SendOutcome.RefusedForNow, said, after.Delta),
            >= HttpStatusCode.InternalServerError => new(SendOutcome.Unknown, said),
            _ => new(SendOutcome.Refused, said),
        };
    }

    /// <summary>Filled in after parsing, so that nothing in a text can change the shape.</summary>
    string Body(Message message)
    {
        string[] values = [message.Id.ToString(), message.To, message.Text];
        return Filled(JsonNode.Parse(options.Body)!).ToJsonString();

        JsonNode Filled(JsonNode node) => node switch
        {
            JsonObject parts => new JsonObject(
                parts.Select(part => KeyValuePair.Create(part.Key, part.Value is { } value ? Filled(value) : null))),
            JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Filled(item))]),
            JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Fill(text))!,
            _ => node.DeepClone(),
        };

        // In one pass over the shape's own text: a customer's "{id}" stays what it is.
        string Fill(string text) => Hole().Replace(text, hole => values[Array.IndexOf(holes, hole.Value)]);
    }

    [GeneratedRegex(@"\{(?:id|to|text)\}")]
    private static partial Regex Hole();
}
