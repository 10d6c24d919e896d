using System.Diagnostics;
using Npgsql;
using Tiffin.Dev;

namespace Tiffin.Tests.Support;

/// <summary>The metrics of Prometheus' own exporter for a PostgreSQL.</summary>
static class PostgresExporter
{
    public static async Task<string> Metrics(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var port = FreePort.Draw();
        using var exporter = Process.Start(new ProcessStartInfo(
            "prometheus-postgres-exporter", [$"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["DATA_SOURCE_NAME"] = $"postgresql://{database.Username}:{database.Password}@{database.Host}:"
                    + $"{database.Port}/{database.Database}?sslmode=disable",
            },
        })!;
        exporter.BeginErrorReadLine();
        try
        {
            using var client = new HttpClient();
            var told = "";
            await Eventually.Holds(async () =>
            {
                told = await Try(client, $"http://127.0.0.1:{port}/metrics");
                return told.Contains("\npg_up 1\n");
            }, "an exporter that reaches PostgreSQL");
            return told;
        }
        finally
        {
            exporter.Kill();
        }
    }

    static async Task<string> Try(HttpClient client, string address)
    {
        try
        {
            return await client.GetStringAsync(address);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }
}
