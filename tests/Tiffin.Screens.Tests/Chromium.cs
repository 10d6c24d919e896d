namespace Tiffin.Screens.Tests;

/// <summary>The one browser of all tests; each test has contexts of its own in it.</summary>
static class Chromium
{
    const string DefaultPath = "/usr/bin/chromium-headless-shell";

    static readonly Lazy<Task<IBrowser>> browser = new(Start);

    public static Task<IBrowser> Browser => browser.Value;

    static async Task<IBrowser> Start()
    {
        // A busy machine is slow: what is expected comes late, and is not wrong.
        Assertions.SetDefaultExpectTimeout((float)Eventually.Patience.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        // Its driver ends with this process, and the browser with the driver.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TIFFIN_CHROMIUM") ?? DefaultPath,
            // Containers are the sandbox where the tests run as root, and have little shared memory.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }
}
