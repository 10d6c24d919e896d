using System.Runtime.InteropServices;
using Npgsql;
using Tiffin.Bench.Load;

namespace Tiffin.Bench.Results;

/// <summary>What the figures were measured on.</summary>
sealed record Machine(
    string Cpu, int Cores, double MemoryGiB, string System, string DotNet, string PostgreSql,
    IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Whatever differs from PostgreSQL's own defaults is in here too.</summary>
    static readonly string[] always =
        ["fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size"];

    /// <exception cref="InvalidOperationException">An answer would not be on disk: nothing is measured.</exception>
    public static async Task<Machine> Inspect(NpgsqlConnection connection, CancellationToken cancel)
    {
        var settings = await Set(connection, cancel);
        foreach (var durable in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            if (settings[durable] != "on")
                throw new InvalidOperationException(
                    $"{durable} is {settings[durable]}: figures that are not durable are not reported.");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return new Machine(
            CpuModel(), Environment.ProcessorCount, Math.Round(memory, 1), RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, connection.ServerVersion, settings);
    }

    static async Task<Dictionary<string, string>> Set(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var query = new NpgsqlCommand("""
            SELECT name, current_setting(name) FROM pg_settings
            WHERE name = ANY($1) OR (source = 'configuration file' AND category NOT LIKE 'Client%'
                AND name NOT IN ('port', 'log_timezone', 'unix_socket_directories', 'listen_addresses'))
            ORDER BY name
            """, connection);
        query.Parameters.Add(new NpgsqlParameter { Value = always });
        var settings = new Dictionary<string, string>();
        await using var row = await query.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel)) settings[row.GetString(0)] = row.GetString(1);
        // The kernel's: with its default, a COMMIT now and then waits for all that was written in five seconds.
        if (WriteBack.InForce is { } bytes) settings["vm.dirty_background_bytes"] = bytes;
        return settings;
    }

    static string CpuModel() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
