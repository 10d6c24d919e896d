// An assembly that shares the servers of other tests needs their ending, too: PostgreSQL would stay.
[assembly: TestFramework("Tiffin.Tests.Support.TestRun", "Tiffin.Tests")]

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
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TIFFIN_CHROMIUM") ?? DefaultPath,
            // Containers are the sandbox where the tests run as root, and have little shared memory. An emulated GPU
            // costs a tenth of the processor time of all browser tests.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
        TestRun.AtEnd(async () =>
        {
            await chromium.CloseAsync();
            playwright.Dispose();
        });
        return chromium;
    }
}
