using System.Diagnostics;
using OpenTelemetry;

namespace Tiffin.Engine.Diagnostics;

/// <summary>
/// Replaces the path of a request with its route in traces, and removes the query: paths contain tracking tokens and
/// customer ids, and queries arbitrary input.
/// </summary>
sealed class PathRedactor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Telemetry.WebServer) return;
        data.SetTag("url.path", data.GetTagItem("http.route"));
        data.SetTag("url.query", null);
    }
}
