using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>A request that can be retried.</summary>
sealed record Call(HttpMethod Method, string Path, string? Body = null, string? Key = null)
{
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Path);
        if (Body is not null) message.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        if (Key is not null) message.Headers.Add("Idempotency-Key", Key);
        return message;
    }
}

/// <summary>A final response.</summary>
/// <param name="IsAmbiguous">An earlier attempt was unanswered and may still take effect.</param>
sealed record Answer(
    HttpStatusCode Status, string? Code, byte[] Body, int Node, bool IsAmbiguous, long Asked, long Answered)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public override string ToString() => $"{(int)Status} {Encoding.UTF8.GetString(Body)}";
}

/// <summary>
/// Retries as a well-behaved client does: the same request with the same key, at one node after the other, until a
/// response is final.
/// </summary>
sealed class ChainClient(IReadOnlyList<Node> nodes, AnswerTally tally)
{
    static readonly TimeSpan pauseMin = TimeSpan.FromMilliseconds(50);
    const int PauseSpreadMilliseconds = 200;

    /// <summary>Codes of a 503 that guarantee that the request had no effect.</summary>
    static readonly string[] harmless = ["overloaded", "database_away", "shutting_down"];

    public int Nodes => nodes.Count;

    /// <summary>Null when no final response arrived within <paramref name="patience"/>.</summary>
    public async Task<Answer?> Ask(Call call, int first, TimeSpan patience, CancellationToken cancel)
    {
        var (asked, isAmbiguous) = (Stopwatch.GetTimestamp(), false);
        for (var attempt = 0; attempt == 0 || Stopwatch.GetElapsedTime(asked) < patience; attempt++)
        {
            if (cancel.IsCancellationRequested) return null;
            var index = (first + attempt) % nodes.Count;
            var tried = await Try(call, index);
            if (tried.Answer is { } answer) return answer with { IsAmbiguous = isAmbiguous, Asked = asked };
            isAmbiguous |= tried.IsAmbiguous;
            await Task.Delay(
                pauseMin + TimeSpan.FromMilliseconds(Random.Shared.Next(PauseSpreadMilliseconds)),
                CancellationToken.None);
        }
        return null;
    }

    /// <summary>A single attempt at one node.</summary>
    public async Task<(Answer? Answer, bool IsAmbiguous)> Try(Call call, int index)
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            using var message = call.ToMessage();
            using var response = await nodes[index].Client.SendAsync(message);
            var body = await response.Content.ReadAsByteArrayAsync();
            var code = response.IsSuccessStatusCode ? null : CodeOf(body);
            tally.Add(call.Method, response.StatusCode, code);
            return response.StatusCode switch
            {
                HttpStatusCode.ServiceUnavailable => (null, !harmless.Contains(code)),
                HttpStatusCode.TooManyRequests => (null, false),
                _ => (new Answer(
                    response.StatusCode, code, body, index, false, asked, Stopwatch.GetTimestamp()), false),
            };
        }
        catch (HttpRequestException lost)
        {
            tally.Add(call.Method, lost.HttpRequestError);
            return (null, lost.HttpRequestError != HttpRequestError.ConnectionError);
        }
        catch (Exception lost) when (lost is IOException or SocketException or OperationCanceledException)
        {
            tally.Add(call.Method, lost);
            return (null, true);
        }
    }

    static string? CodeOf(byte[] body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
