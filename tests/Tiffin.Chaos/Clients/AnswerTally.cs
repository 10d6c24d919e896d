using System.Collections.Concurrent;
using System.Net;

namespace Tiffin.Chaos.Clients;

/// <summary>Counts the responses of all attempts by kind.</summary>
sealed class AnswerTally
{
    readonly ConcurrentDictionary<string, long> counts = new();

    public IReadOnlyDictionary<string, long> Counts => counts.OrderByDescending(count => count.Value)
        .ToDictionary(count => count.Key, count => count.Value);

    public void Add(HttpMethod method, HttpStatusCode status, string? code) =>
        Add($"{method} {(int)status}{(code is null ? "" : $" {code}")}");

    public void Add(HttpMethod method, HttpRequestError error) => Add($"{method} {error}");

    public void Add(HttpMethod method, Exception lost) =>
        Add(lost is OperationCanceledException ? $"{method} timeout" : $"{method} {lost.GetType().Name}");

    void Add(string name) => counts.AddOrUpdate(name, 1, (_, count) => count + 1);
}
