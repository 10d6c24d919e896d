using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Tiffin.Tests.Support.TestRun", "Tiffin.Tests")]

namespace Tiffin.Tests.Support;

/// <summary>Stops the resources that the tests of this process share, after the last test.</summary>
// The test host is killed 100 ms after its last test (VSTEST_TESTHOST_SHUTDOWN_TIMEOUT), so an exit handler is too
// late to stop a server; the host waits for code that runs before the assembly is reported as finished.
public sealed class TestRun(IMessageSink messages) : XunitTestFramework(messages)
{
    static readonly ConcurrentStack<Func<Task>> endings = [];

    public static void AtEnd(Func<Task> ending) => endings.Push(ending);

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink execution, ITestFrameworkExecutionOptions options)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, execution, options);
            await runner.RunAsync();
        }
    }

    sealed class Runner(
        ITestAssembly assembly,
        IEnumerable<IXunitTestCase> testCases,
        IMessageSink diagnostics,
        IMessageSink execution,
        ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, testCases, diagnostics, execution, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            while (endings.TryPop(out var ending))
                await Aggregator.RunAsync(ending);
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
