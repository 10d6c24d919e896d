using System.CommandLine;

namespace Tiffin.Cli;

static class HealthCommand
{
    // The port of the server in the same container.
    const string PortsSetting = "ASPNETCORE_HTTP_PORTS";

    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "URL of the server; defaults to the server in this container",
            DefaultValueFactory = _ => LocalUrl(Environment.GetEnvironmentVariable(PortsSetting)),
        };
        var health = new Command("health", "Check the readiness of a running server; exits 1 if not ready") { url };
        health.SetAction((parsed, cancel) => Run(parsed.GetValue(url)!, Console.Out, cancel));
        return health;
    }

    /// <summary>Health check for container images without a shell.</summary>
    public static async Task<int> Run(Uri server, TextWriter output, CancellationToken cancel = default)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        try
        {
            using var answer = await client.GetAsync(new Uri(server, "/health/ready"), cancel);
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancel));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"{server} does not respond: {silence.Message}");
            return 1;
        }
    }

    public static Uri LocalUrl(string? ports) => new($"http://127.0.0.1:{ports?.Split(';', ',')[0] ?? "5000"}");
}
