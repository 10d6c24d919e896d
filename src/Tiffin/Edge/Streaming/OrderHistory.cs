using System.Runtime.CompilerServices;
using Npgsql;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// What happened to one order. <paramref name="Positions"/> tells where in the log, version by version.
/// </summary>
sealed record OrderHistory(Guid OrderId, long[] Positions, bool HasEnded)
{
    /// <summary>Null for an order that is not within the scope too.</summary>
    public static async Task<OrderHistory?> Find(
        Database database, Scope scope, Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = new NpgsqlCommand { Connection = connection };
        var theirs = scope.OfOrders(command) ?? "true";
        var id = Scope.Bind(command, orderId);
        command.CommandText = $"SELECT positions, closed FROM orders o WHERE o.id = {id} AND {theirs}";
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new OrderHistory(orderId, row.GetFieldValue<long[]>(0), row.GetBoolean(1)) { Scope = scope }
            : null;
    }

    public Scope Scope { get; private init; } = Scope.All;

    public async Task<List<StoredEvent>> Events(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await EventTable.ReadAt(connection, Positions, cancel);
    }

    /// <summary>
    /// The order's events as they happen, on from the version that the client saw last. One that has seen the end is
    /// answered 204, which keeps browsers from asking again.
    /// </summary>
    public IResult Stream(HttpContext context, Database database, Func<Frame, ReadOnlyMemory<byte>> view)
    {
        if (context.LastVersion() is not { } seen || seen > Positions.Length)
            return Problems.BadParameter(
                "/header/Last-Event-ID", $"must be a version of the order, 0 to {Positions.Length}");
        if (HasEnded && seen == Positions.Length) return Results.NoContent();
        return new EventStreamResult(new StreamPlan(
            OrderId, new EventFilter(), After: seen == 0 ? 0 : Positions[seen - 1],
            (after, upTo, cancel) => Between(database, after, upTo, cancel), view,
            // What waits in a kitchen is any courier's there, until one of them takes it.
            Scope.CourierId is null ? null : async cancel => await Find(database, Scope, OrderId, cancel) is not null));
    }

    async IAsyncEnumerable<StoredEvent> Between(
        Database database, long after, long upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Read again: it may have moved on since.
        if (await Find(database, Scope, OrderId, cancel) is not { } now) yield break;
        var wanted = now with { Positions = Array.FindAll(now.Positions, at => at > after && at <= upTo) };
        foreach (var e in await wanted.Events(database, cancel)) yield return e;
    }
}
