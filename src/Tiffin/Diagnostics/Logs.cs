using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace Tiffin.Diagnostics;

/// <summary>
/// One line a fact, with its time. What happens at every request is in metrics and traces: a healthy hour fits a
/// screen. These are defaults; any configuration wins over them.
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
        // The slim host has set its own formatter, and knows no other.
        builder.Logging.AddConsole();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(
            options => options.FormatterName = builder.Configuration[Formatter]);
    }
}
