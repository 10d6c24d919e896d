using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Tiffin.Dev.RabbitMq;

/// <summary>The processes of one broker, identified by its folder and its ports.</summary>
sealed class RabbitMqNode(string folder, RabbitMqPorts ports)
{
    // Debian's scripts in /usr/sbin switch to another account; these run as the caller.
    const string DebianFolder = "/usr/lib/rabbitmq/bin";

    static readonly TimeSpan launchTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan stopTimeout = TimeSpan.FromSeconds(60);

    public RabbitMqPorts Ports => ports;

    public string LogFolder => In("log");

    public bool IsRunning
    {
        get
        {
            using var process = FindProcess();
            return process is not null;
        }
    }

    /// <summary>Returns when the process exists; the broker is ready some seconds later.</summary>
    public async Task Launch()
    {
        ports.Write(folder);
        Directory.CreateDirectory(In("home"));
        File.Delete(In("pid"));
        await File.WriteAllLinesAsync(In("rabbitmq.conf"), [$"listeners.tcp.1 = 127.0.0.1:{ports.Amqp}"]);
        await File.WriteAllTextAsync(In("plugins"), "[].\n");
        // Detached, in its own session: Ctrl-C in the terminal is meant for its owner only.
        await Run("rabbitmq-server", "-detached");
        var watch = Stopwatch.StartNew();
        while (!IsRunning)
        {
            if (watch.Elapsed > launchTimeout)
                throw new DevRabbitMqException($"RabbitMQ has no process after {launchTimeout}. Its log: {LogFolder}");
            await Task.Delay(50);
        }
    }

    public Task<string> Control(params string[] arguments) => Run("rabbitmqctl", ["--quiet", .. arguments]);

    public async Task Stop()
    {
        if (IsRunning)
        {
            try
            {
                await Control("stop", In("pid"));
            }
            catch (DevRabbitMqException)
            {
                // A broker that does not respond is killed below.
                await Kill();
            }
        }
        await StopNameServer();
    }

    public async Task Kill()
    {
        using var process = FindProcess();
        if (process is not null)
        {
            process.Kill();
            using var limit = new CancellationTokenSource(stopTimeout);
            await process.WaitForExitAsync(limit.Token);
        }
        await StopNameServer();
    }

    // Only our epmd listens on this port. It refuses to stop while it still has the name of a node that just ended.
    async Task StopNameServer()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (_, answer) = await TryRun("epmd", "-kill");
            if (!answer.Contains("Killing not allowed", StringComparison.Ordinal)) return;
            await Task.Delay(50);
        }
    }

    Process? FindProcess()
    {
        try
        {
            var process = Process.GetProcessById(int.Parse(File.ReadAllText(In("pid")), CultureInfo.InvariantCulture));
            return process.ProcessName.StartsWith("beam", StringComparison.Ordinal) ? process : null;
        }
        catch (Exception none) when (none is IOException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            return null;
        }
    }

    async Task<string> Run(string program, params string[] arguments)
    {
        var (exitCode, output) = await TryRun(program, arguments);
        return exitCode == 0 ? output : throw new DevRabbitMqException($"{program} failed: {output}");
    }

    async Task<(int ExitCode, string Output)> TryRun(string program, params string[] arguments)
    {
        var path = Path.Combine(DebianFolder, program);
        var start = new ProcessStartInfo(File.Exists(path) ? path : program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment()) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, $"{await output}\n{await errors}".Trim());
        }
        catch (Win32Exception)
        {
            throw new DevRabbitMqException(
                $"'{program}' cannot be started. Install RabbitMQ: sudo apt-get install rabbitmq-server");
        }
    }

    Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = In("home"),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{ports.NameServer}",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_NODENAME"] = "tiffin@localhost",
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq"),
        ["RABBITMQ_MNESIA_BASE"] = In("data"),
        ["RABBITMQ_LOG_BASE"] = LogFolder,
        ["RABBITMQ_DIST_PORT"] = $"{ports.Distribution}",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("plugins"),
        ["RABBITMQ_PID_FILE"] = In("pid"),
        // Idle schedulers sleep: by default they spin for a while, on processors that the server could use.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
    };

    string In(string name) => Path.Combine(folder, name);
}
