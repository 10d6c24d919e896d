using System.Diagnostics;
using OpenTelemetry;

namespace Tiffin.Diagnostics;

/// <summary>
/// Leaves of a request's address its route: a path holds tracking tokens and customers' ids, a query whatever somebody
/// put there.
/// </summary>
sealed class RouteForPath : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Telemetry.WebServer) return;
        data.SetTag("url.path", data.GetTagItem("http.route"));
        data.SetTag("url.query", null);
    }
}
