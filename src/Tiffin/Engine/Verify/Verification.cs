using System.Runtime.CompilerServices;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Verify;

/// <summary>Recomputes the tables from the log and compares them; runs without downtime.</summary>
static class Verification
{
    /// <summary>The invariants of the engine's own tables.</summary>
    public static IReadOnlyList<Invariant> Invariants { get; } =
        [.. LogInvariants.All, .. OrderInvariants.All, .. StockInvariants.All];

    /// <summary>
    /// Checks every invariant on one snapshot. PostgreSQL evaluates them; only counts are transferred.
    /// </summary>
    public static async IAsyncEnumerable<Finding> Run(
        string connectionString, IEnumerable<Invariant> invariants, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var connection = await Open(connectionString, cancel);
        await Sql.Run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancel);
        await Sql.Run(connection, "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off", cancel);
        foreach (var invariant in invariants) yield return await Check(connection, invariant, cancel);
    }

    /// <summary>
    /// A session without the limits of other sessions, which are meant for work that ends within seconds: reading a
    /// long log takes longer, and the session may pause in its transaction, because it holds nothing that others wait
    /// for.
    /// </summary>
    public static async Task<NpgsqlConnection> Open(string connectionString, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(PrimaryHost.Only(connectionString))
        {
            Pooling = false,
            CommandTimeout = 0,
            ApplicationName = "tiffin verify",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            await Sql.Run(connection, "SET idle_in_transaction_session_timeout = 0", cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static Task<Finding> Check(NpgsqlConnection connection, Invariant invariant, CancellationToken cancel) =>
        Sql.SingleRow(connection, invariant.CountSql,
            row => new Finding(invariant, row.GetInt64(0), row.GetInt64(1), row.NullableText(2)), cancel);
}
