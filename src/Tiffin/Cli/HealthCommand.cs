using System.CommandLine;

namespace Tiffin.Cli;

static class HealthCommand
{
    /// <summary>Where the server in the same container listens.</summary>
    const string PortsSetting = "ASPNETCORE_HTTP_PORTS";

    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "The server to ask, if not this container's own",
            DefaultValueFactory = _ => Own(Environment.GetEnvironmentVariable(PortsSetting)),
        };
        var health = new Command("health", "Ask a running server whether it is ready; exits 1 if not") { url };
        health.SetAction((parsed, cancel) => Run(parsed.GetValue(url)!, Console.Out, cancel));
        return health;
    }

    /// <summary>For images without a shell: the answer is the exit code.</summary>
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
            await output.WriteLineAsync($"{server} does not answer: {silence.Message}");
            return 1;
        }
    }

    public static Uri Own(string? ports) => new($"http://127.0.0.1:{ports?.Split(';', ',')[0] ?? "5000"}");
}
