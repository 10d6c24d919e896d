using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Tiffin.Bench.Traffic;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using Tiffin.Features.Orders;

namespace Tiffin.Bench.Yardsticks;

/// <summary>
/// A batch of orders as a script for pgbench: the statements are those of the pipeline itself, made by the same classes
/// for real orders, with the values as constants. Only what must differ from batch to batch is computed.
/// </summary>
static partial class BatchScript
{
    static readonly Caller caller = new(Role.Admin, "bench");

    /// <summary>
    /// What no two batches may share, by table and parameter; were one missing, PostgreSQL would refuse the second.
    /// </summary>
    static readonly Dictionary<(string Table, int Parameter), Func<string, string>> fresh = new()
    {
        [("orders", 1)] = Next,
        [("contacts", 1)] = Next,
        // A key is a hash: it lands anywhere in its index.
        [("requests", 1)] = ids => $"ARRAY(SELECT md5(:n || id)::uuid FROM unnest({ids}::text[]) AS t (id))",
        [("events", 1)] = positions =>
            $"ARRAY(SELECT p + :n::bigint * 10000 FROM unnest({positions}::bigint[]) AS t (p))",
    };

    public static async Task<string> Of(NpgsqlConnection connection, int orders, CancellationToken cancel)
    {
        var catalogue = await Catalogue(connection);
        var text = new StringBuilder("\\set n :n + 1\n\\startpipeline\nBEGIN;\n")
            .Append(Constant(LogTable.Lock(known: 0))).Append(";\n");
        foreach (var statement in Statements(catalogue, orders)) text.Append(Constant(statement)).Append(";\n");
        cancel.ThrowIfCancellationRequested();
        return text.Append("\\endpipeline\n").ToString();
    }

    static async Task<CatalogueSnapshot> Catalogue(NpgsqlConnection connection)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var load in CatalogueTable.LoadSince(-1)) batch.BatchCommands.Add(load);
        await using var reader = await batch.ExecuteReaderAsync();
        return await CatalogueTable.Read(reader, CatalogueSnapshot.Empty, new CatalogueHead(1, default, null));
    }

    static IEnumerable<NpgsqlBatchCommand> Statements(CatalogueSnapshot catalogue, int orders)
    {
        var now = DateTimeOffset.UtcNow;
        var found = new Prefetch(now, catalogue, new WriterCache());
        var changes = new Changes(found);
        var (random, baskets) = (new Random(1), new Baskets(new Random(1)));
        for (var i = 0; i < orders; i++)
        {
            var body = JsonSerializer.Deserialize(
                baskets.Body(random.Next(10) + 1), OrdersJson.Strict.PlaceOrderRequest)!;
            Add(body.ToCommand(caller, new RequestKey(Guid.NewGuid()), Guid.NewGuid()), found, changes);
        }
        return changes.Statements();
    }

    static void Add(PlaceOrder command, Prefetch found, Changes changes)
    {
        var rows = new ReadSet();
        command.DeclareReads(rows, found.Workset.Catalogue);
        foreach (var key in rows.Stocks.Where(key => !found.Workset.Stocks.ContainsKey(key)))
            found.Workset.Stocks[key] = Domain.Inventory.Stock.None(key, found.Workset.Now) with
            {
                OnHand = Domain.Inventory.Stock.OnHandMax,
            };
        found.StockRows.UnionWith(rows.Stocks.Select(StockRowKey.Of));
        var accepted = (Decision.Accepted)command.Decide(found.Workset);
        found.Workset.Apply(accepted, command.Fingerprint);
        foreach (var happened in accepted.Events) changes.Add(happened, caller.Role);
        changes.Add(command.Key, command.Fingerprint, ((OrderPlaced)accepted.Events[0]).Order.Id, null);
    }

    static string Constant(NpgsqlBatchCommand statement)
    {
        var table = Table().Match(statement.CommandText).Groups[1].Value;
        return Parameter().Replace(Slice().Replace(statement.CommandText, ": "), match =>
        {
            var number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            var constant = Literal(statement.Parameters[number - 1].Value);
            return fresh.TryGetValue((table, number), out var compute) ? compute(constant) : constant;
        });
    }

    /// <summary>An order's id begins with a time: it lands at the end of its index.</summary>
    static string Next(string ids) =>
        $"ARRAY(SELECT (lpad(to_hex(:n::int), 8, '0') || substr(id, 9))::uuid FROM unnest({ids}::text[]) AS t (id))";

    internal static string Literal(object? value) => value is IEnumerable and not (string or byte[])
        ? $"'{{{string.Join(',', ((IEnumerable)value).Cast<object?>().Select(Element)).Replace("'", "''")}}}'"
        : value is null or DBNull ? "NULL" : $"'{Text(value).Replace("'", "''")}'";

    static string Element(object? value) => value is null
        ? "NULL"
        : $"\"{Text(value).Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <summary>Without a colon wherever that can be: pgbench takes what follows one for a variable.</summary>
    static string Text(object value) => value switch
    {
        byte[] bytes => "\\x" + Convert.ToHexStringLower(bytes),
        DateTime time => time.ToString("yyyyMMdd'T'HHmmss.ffffff'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex(@"^\s*(?:INSERT INTO|UPDATE)\s+(\w+)")]
    private static partial Regex Table();

    /// <summary>The colon of <c>[lo:hi]</c>, which pgbench would take for the beginning of a variable.</summary>
    [GeneratedRegex("(?<!:):(?=[a-z_])")]
    private static partial Regex Slice();

    [GeneratedRegex(@"\$(\d+)\b")]
    private static partial Regex Parameter();
}
