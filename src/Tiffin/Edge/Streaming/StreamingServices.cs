namespace Tiffin.Edge.Streaming;

static class StreamingServices
{
    public static void AddStreaming(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddHostedService(all => all.GetRequiredService<LiveFeed>());
    }
}
