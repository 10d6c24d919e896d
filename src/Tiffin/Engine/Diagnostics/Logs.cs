using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace Tiffin.Engine.Diagnostics;

/// <summary>
/// Log defaults: one line per entry, with a timestamp. Requests are in metrics and traces, not in the log, so the log
/// of a healthy hour fits on one screen. Configuration overrides these defaults.
/// </summary>
static class Logs
{
    const string Formatter = "Logging:Console:FormatterName";

    static readonly Dictionary<string, string?> defaults = new()
    {
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        [Formatter] = ConsoleFormatterNames.Simple,
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ",
    };

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = defaults });
        // The slim host registers only its own formatter.
        builder.Logging.AddConsole();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(
            options => options.FormatterName = builder.Configuration[Formatter]);
    }
}
