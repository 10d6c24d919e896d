using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Edge.Access;
using Tiffin.Engine.Hosting;

namespace Tiffin.Tests.Deploy;

/// <summary>A setting for operators: its key, and the property of the options class that it binds to.</summary>
sealed record Setting(string Key, object Options, PropertyInfo Property)
{
    static readonly IReadOnlyList<SettingsSection> sections = Read();

    /// <summary>
    /// Settings read without an options class: by Tiffin, the web server, the runtime, the driver, OTLP.
    /// </summary>
    static readonly string[] others =
    [
        "ConnectionStrings:Tiffin", MasterKey.Setting, "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics",
        "Logging:Console:FormatterName", "PGPASSWORD",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
    ];

    public static IReadOnlyList<Setting> All { get; } =
        [.. sections.OrderBy(section => section.Key).SelectMany(
            section => Of(section.Key, Activator.CreateInstance(section.Options)!))];

    /// <summary>A list or a table: its key continues with a number or a name.</summary>
    bool IsOpen => Property.PropertyType.IsArray || Property.PropertyType.IsGenericType;

    /// <summary>Whether the server reads an environment variable.</summary>
    public static bool IsRead(string variable)
    {
        var key = variable.Replace("__", ":");
        return others.Contains(key, StringComparer.OrdinalIgnoreCase)
            || All.Any(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase)
                || (setting.IsOpen && key.StartsWith(setting.Key + ':', StringComparison.OrdinalIgnoreCase)))
            || key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase);
    }

    static List<SettingsSection> Read()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["ConnectionStrings:Tiffin"] = "Host=not-used";
        return [.. Server.Build(builder).Services.GetServices<SettingsSection>()];
    }

    static IEnumerable<Setting> Of(string prefix, object options) =>
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        from setting in property.PropertyType is { IsClass: true, Namespace: { } home } && home.StartsWith("Tiffin")
            ? Of($"{prefix}:{property.Name}", property.GetValue(options)!)
            : [new Setting($"{prefix}:{property.Name}", options, property)]
        select setting;
}
