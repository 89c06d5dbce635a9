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

Console.CancelKeyPress += (_, _) => BrokerProcess.KillAll();
AppDomain.CurrentDomain.ProcessExit += (_, _) => BrokerProcess.KillAll();
try
{
    return new Comparison(Options.Parse(args), Console.Out).Run();
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
