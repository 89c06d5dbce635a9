using System.Runtime.InteropServices;
using Benchmarks;
using Benchmarks.Brokers;
using Benchmarks.Cases;
using Benchmarks.Native;
using Benchmarks.Report;

if (args is [SinkProgram.Argument, var port, .. var files])
{
    using var sink = new Sink(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), files is [var certificate, var key] ? OpenSsl.ServerContext(certificate, key) : 0);
    sink.Serve();
}

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Usage);
    return 0;
}

// The signals are answered after the brokers are gone; the default answer, to end, stays.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => End());
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End());
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => End());
try
{
    return new Comparison(Options.Parse(args), Console.Out).Run();
}
catch (OperationCanceledException)
{
    return 130; // ended from outside: every broker is gone
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
finally
{
    End();
}

static void End()
{
    BrokerProcess.KillAll();
    Workspace.Remove();
}
