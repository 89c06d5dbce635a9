using SharpFuzz;

namespace Fuzz;

internal static class Program
{
    /// <summary>A larger input than any packet that the fuzzer needs.</summary>
    private const int MaximumInput = 1 << 16;

    /// <summary>Runs under AFL (see the script beside), or over the files and folders that are named.</summary>
    private static void Main(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Fuzzer.OutOfProcess.Run(stream => Run(stream));
            return;
        }
        foreach (var path in arguments)
        {
            foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path) : [path])
            {
                using var stream = File.OpenRead(file);
                Run(stream);
                Console.WriteLine($"{file}: good");
            }
        }
    }

    private static void Run(Stream stream)
    {
        var input = new byte[MaximumInput];
        PacketTarget.Run(input.AsSpan(0, stream.ReadAtLeast(input, input.Length, throwOnEndOfStream: false)));
    }
}
