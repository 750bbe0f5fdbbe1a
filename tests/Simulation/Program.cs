System.Console.WriteLine("To come.");
