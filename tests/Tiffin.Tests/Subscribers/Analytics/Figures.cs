using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Features.Analytics;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

/// <summary>A server with its figures, and the orders that make them.</summary>
static class Figures
{
    /// <summary>Waits until every event is counted; returns the last position.</summary>
    public static async Task<long> CaughtUp(this TestServer server)
    {
        await using var session = await Open(server);
        var (position, last) = (0L, 0L);
        await Eventually.Holds(async () =>
        {
            position = await AnalyticsTable.Checkpoint(session, forUpdate: false, CancellationToken.None);
            (_, last) = await EventTable.Bounds(session, CancellationToken.None);
            return position == last;
        }, () => $"The figures are at {position}, the log at {last}.");
        return last;
    }

    /// <summary>Merges all pending increments into the sums.</summary>
    public static async Task Fold(this TestServer server)
    {
        await using var session = await Open(server);
        await AnalyticsTable.Compact(session, CancellationToken.None);
    }

    public static async Task<AnalyticsComparison> Compare(this TestServer server)
    {
        await using var session = await Open(server);
        return await AnalyticsVerification.Compare(session, CancellationToken.None);
    }

    public static async Task<JsonNode> Summary(this TestServer server, string query = "") =>
        await Get(server, $"summary?{query}");

    public static async Task<JsonNode> Get(this TestServer server, string query)
    {
        var answer = await server.Client.GetAsync($"/v1/analytics/{query}");
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Places an order and takes it through some statuses; returns its path.</summary>
    public static async Task<string> Serve(this TestServer server, object order, params string[] statuses)
    {
        var placed = await server.Client.Place(order);
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        foreach (var status in statuses) await server.Move(placed.Headers.Location!.ToString(), status);
        return placed.Headers.Location!.ToString();
    }

    public static async Task Move(this TestServer server, string path, string status, string? reason = null)
    {
        object body = reason is null ? new { status } : new { status, reason };
        // Times are in whole milliseconds: a status that ends in the millisecond in which it began counts as skipped.
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        SpinWait.SpinUntil(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > now);
        var moved = await server.Client.PutAsJsonAsync($"{path}/status", body);
        moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
    }

    public static async Task<NpgsqlConnection> Open(TestServer server)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<T> Ask<T>(this TestServer server, string sql)
    {
        await using var connection = await Open(server);
        await using var command = Sql.Command(connection, sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task Do(this TestServer server, string sql)
    {
        await using var connection = await Open(server);
        await Sql.Run(connection, sql, CancellationToken.None);
    }
}
